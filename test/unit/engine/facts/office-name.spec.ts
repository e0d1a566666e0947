/** Office product names, derived from the names in the rows Windows returns. */
import { expect, it } from 'vitest';
import { officeName } from '@engine/facts/office-name';
import { diagnosisOf } from '../../report/diagnoses';

it('uses the product name in the verdict, its check and the other products', async () => {
  const { verdict, checks, otherProducts } = await diagnosisOf('office-not-activated/refused');
  const product = 'Office LTSC Professional Plus 2024';
  expect(verdict.title.params).toMatchObject({ product });
  expect(verdict.summary.params).toMatchObject({ product });
  expect(checks.find(({ id }) => id === 'office-licence')?.message.params).toMatchObject({
    product,
  });
  expect(otherProducts).toMatchObject([{ name: product }]);
});

it.each([
  ['Office 24, Office24ProPlus2024VL_KMS_Client_AE edition', 'Office LTSC Professional Plus 2024'],
  ['Office 21, Office21ProPlus2021VL_MAK_AE edition', 'Office LTSC Professional Plus 2021'],
  ['Office 24, Office24VisioPro2024VL_KMS_Client_AE edition', 'Visio LTSC Professional 2024'],
  ['Office 24, Office24ProjectPro2024VL_KMS_Client_AE edition', 'Project Professional 2024'],
  ['Office 21, Office21SkypeforBusiness2021VL_MAK_AE edition', 'Skype for Business LTSC 2021'],
  ['Office 19, Office19VisioStd2019VL_KMS_Client_AE edition', 'Visio Standard 2019'],
  ['Office 19, Office19ProPlus2019XC2RVL_KMS_ClientC2R edition', 'Office Professional Plus 2019'],
  ['Office 16, Office16StandardVL_KMS_Client edition', 'Office Standard 2016'],
  ['Office 16, Office16ProPlusMSDNR_Retail edition', 'Office Professional Plus 2016'],
  ['Office 16, Office16HomeBusinessPipcR_OEM_Perpetual edition', 'Office Home & Business 2016'],
  ['Office 24, Office24Home2024R_Retail edition', 'Office Home 2024'],
  ['Office 21, Office21ProPlus2021R_Retail edition', 'Office Professional Plus 2021'],
  ['Office 15, OfficeProPlusVL_KMS_Client edition', 'Office Professional Plus 2013'],
  ['Office 14, OfficeProPlus-KMS_Client edition', 'Office Professional Plus 2010'],
  ['Office 24, Office24_KMSHost2024VL_KMS_Host edition', 'Office LTSC 2024 KMS host'],
  ['Office 16, Office16_KMSHostVL_KMS_Host edition', 'Office 2016 KMS host'],
  ['Office 16, Office16O365ProPlusR_Subscription1 edition', 'Microsoft 365 Apps for enterprise'],
])('maps %s to %s', (listed, name) => {
  expect(officeName(listed)).toBe(name);
});

it.each([
  '',
  'Windows(R), Enterprise edition',
  // An unknown version, an unknown product, and a year that doesn't match the version.
  'Office 27, Office27ProPlus2027VL_KMS_Client_AE edition',
  'Office 16, Office16MondoVL_KMS_Client edition',
  'Office 24, Office24ProPlus2021VL_KMS_Client_AE edition',
  'Office 16, Office16constructorVL_KMS_Client edition',
  'Office 24, Office24ProPlus2024VL_KMS_Client_AE Edition von irgendwem',
])('returns %j unchanged', (listed) => {
  expect(officeName(listed)).toBe(listed);
});
