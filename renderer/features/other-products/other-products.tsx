/** Products of other applications on this PC, such as Office, each with its license state and last error. */
import { errorOfProduct, licenseStatusText } from '@shared/license-words';
import type { OtherProduct } from '@shared/diagnosis';
import { LICENSED } from '@shared/kms';
import { LabeledStatusIcon } from '../../components/status';
import { useTranslations } from '../../i18n/translations';
import { useDoctor } from '../../state/store';
import { ErrorMeaning } from '../verdict/error-meaning';
import styles from './other-products.module.css';

const NONE: readonly OtherProduct[] = [];

export function OtherProducts() {
  const { t } = useTranslations();
  const products = useDoctor((state) => state.finished?.otherProducts ?? NONE);
  if (products.length === 0) return null;
  return (
    <section aria-labelledby="kd-others">
      <h2 id="kd-others" className={styles.title}>
        {t('window.otherProducts')}
      </h2>
      <ul className={styles.list}>
        {products.map((product, index) => (
          <Product key={index} product={product} />
        ))}
      </ul>
    </section>
  );
}

function Product({ product }: { readonly product: OtherProduct }) {
  const { t } = useTranslations();
  const error = errorOfProduct(product);
  return (
    <li className={styles.product}>
      <LabeledStatusIcon light={product.licenseStatus === LICENSED ? 'pass' : 'fail'} />
      <span className={styles.name}>{product.name}</span>
      <span className={styles.state}>
        {licenseStatusText(product.licenseStatus, t)}
        {error === null ? null : <ErrorMeaning code={error} />}
      </span>
    </li>
  );
}
