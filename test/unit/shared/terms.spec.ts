/**
 * Terms that the texts of a language must not use, each with its replacement. docs/glossary.md lists the preferred
 * terms.
 */
import { describe, expect, it } from 'vitest';
import { VERDICT_CODES } from '@shared/catalog';
import type { Language } from '@shared/language';
import zhTW from '@shared/locales/zh-TW.json';

interface Branch {
  readonly [name: string]: string | Branch;
}

/** An unwanted term, its replacement, and the keys that quote text from elsewhere. */
type Term = readonly [unwanted: RegExp, instead: string, except?: RegExp];

const TEXTS: Partial<Record<Language, Branch>> = { 'zh-TW': zhTW };

const UNWANTED: Partial<Record<Language, readonly Term[]>> = {
  'zh-TW': [
    // Mainland Chinese terms.
    [/激活/, '啟用'],
    [/默認|缺省/, '預設'],
    [/網絡|网络/, '網路'],
    [/服務器|服务/, '伺服器、服務'],
    [/信息/, '資訊、訊息'],
    [/註冊表|注冊表|注册表/, '登錄'],
    [/軟件|软件/, '軟體'],
    [/端口/, '連接埠'],
    [/密鑰|秘鑰/, '金鑰'],
    [/用戶(?!端)/, '使用者、用戶端'],
    [/客戶端/, '用戶端'],
    [/後綴/, '尾碼'],
    [/緩存/, '快取'],
    [/日誌/, '記錄'],
    [/註冊/, '登錄'],
    [/鏈接|链接/, '連結、連線'],
    [/數據(?!機)/, '資料'],
    [/程序員/, '程式設計人員'],
    [/文件夾/, '資料夾'],
    [/屏幕/, '螢幕'],
    [/菜單/, '功能表'],
    [/視頻/, '視訊'],
    [/字符/, '字元'],
    [/打印/, '列印、輸出'],
    [/虛擬機(?!器)/, '虛擬機器'],
    [/設置/, '設定'],
    [/支持/, '支援'],
    [/(?<!網)域名/, '網域名稱'],
    [/(?<!網)域控/, '網域控制站'],
    [/反饋/, '意見反應'],
    [/通過(?!驗)/, '透過'],

    // Synonyms of preferred terms.
    [/回復|恢復原狀|放回|回滾/, '復原 (Undo)、還原 (restored)'],
    [/重新開機|重開機|重啟/, '重新啟動'],
    [/損壞/, '損毀'],
    [/(?<!系統|DNS )管理員/, '系統管理員'],
    [/模擬的電腦|模擬 ?PC/, '模擬電腦'],
    [/一般權限|標準權限/, '標準使用者權限'],
    [/指派/, '手動設定 (KMS 主機)', /^procedures\.[\w-]+\.article$/],
    [/(?:金鑰|產品|授權).{0,12}通道|通道(?:為|是)|[的於] ?\{\{\w+\}\} 通道/, '金鑰類型'],
    [/代碼/, '錯誤碼'],
    [/授權服務/, '軟體保護服務', /^errors\.0x80070190\./],
    [/清空/, '清除'],
    [/用戶端安裝金鑰/, '用戶端設定金鑰'],
    [/案例檔(?!案)|情境檔/, '案例檔案'],
    [/金鑰檔(?!案)|區域檔(?!案)/, '金鑰檔案、區域檔案'],
    [/無法連線至|連線至/, '連線到'],
    [/(?<![因彼如])此電腦|本電腦/, '這部電腦'],
    [/台(?=電腦|伺服器|主機| ?KMS)/, '部'],
    [/[一這]把(?!鑰)/, '一組 (金鑰)'],
    [/查閱網域/, '查詢網域'],
    [/續[約期]/, '更新 (啟用)'],
    [/丟棄/, '捨棄'],
    [/另外發現/, '其他發現'],
    [/演練/, '預演'],
    [/問題單/, '工單'],
    [/(?<!主)機群/, '多部電腦'],
    [/沒有任何變更/, '未進行任何變更'],
    [/診斷結論|相同的結論|判決/, '診斷結果'],

    // 開啟 would mean turning the firewall on, and 關閉 turning it off.
    [/開啟防火牆(?!規則)|防火牆已(?:開啟|關閉)/, '開放 (讓連線通過防火牆)'],

    // Literal translations.
    [/某人|有人/, '(不提人，直接說明狀態)'],
    [/得知/, '確認、找到、取得'],
    [/一路/, '每個步驟'],
    [/以[^，。：；]{1,30}結束|如此結束/, '失敗，錯誤碼為…'],
    [/途中/, '中間、傳送過程中'],
    [/認得/, '找到、識別、支援'],
    [/詢問(?= ?(?:\{\{|DNS|KMS|主機|伺服器|時間))/, '查詢、要求啟用'],
    // Windows itself uses 存取被拒.
    [/(?<!存取)被/, '遭、已…'],

    // Punctuation and spaces.
    [/[（）]/, '半形括號，前面加一個空格'],
    [/……|\.\.\.|⋯/, '…'],
    [
      /[\u4e00-\u9fff][,;:!?]/,
      '全形的，；：！？',
      /^parameters\.(?:domains\.hint|problems\.publishEntry)$/,
    ],
    [/[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]/, '中文與英數字之間的空格'],
    [/[\u4e00-\u9fff]\(|\)[\u4e00-\u9fff]/, '括號外的空格', /^menu\./],
    [/[“”"](?=[\u4e00-\u9fff])|[『』]/, '「」'],
  ],
};

function leaves(branch: Branch, prefix = ''): (readonly [key: string, text: string])[] {
  return Object.entries(branch).flatMap(([name, value]) =>
    typeof value === 'string'
      ? [[`${prefix}${name}`, value] as const]
      : leaves(value, `${prefix}${name}.`),
  );
}

/** Replaces references to other texts with a placeholder. */
const own = (text: string): string => text.replaceAll(/\$t\([^)]*\)/g, '{{text}}');

describe.each(Object.entries(UNWANTED))('texts in %s', (language, terms) => {
  const texts = leaves(TEXTS[language as Language] ?? {});

  it.each(terms.map(([unwanted, instead, except]) => ({ unwanted, instead, except })))(
    'use $instead rather than $unwanted',
    ({ unwanted, instead, except }) => {
      const found = texts
        .filter(([key, text]) => unwanted.test(own(text)) && except?.test(key) !== true)
        .map(([key, text]) => `${key}: ${text}`);
      expect(found, `to be said: ${instead}`).toEqual([]);
    },
  );
});

it('verdicts have the same names in lists and in the window', () => {
  for (const code of VERDICT_CODES) {
    expect(zhTW.window.verdictNames[code], code).toBe(zhTW.verdicts[code].name);
  }
});
