/**
 * What people type when they look for something, beside its title and its words: commands, abbreviations and symptoms
 * in both languages. An id stands for whatever bears it: a fix, a verdict, a procedure, an action.
 */
import type { FixId, ProcedureId, VerdictCode } from './catalogue';

/** What the search starts itself, that is no fix. */
export const SEARCH_ACTIONS = ['repair', 'undo'] as const;

/** One of {@link SEARCH_ACTIONS}. */
export type SearchAction = (typeof SEARCH_ACTIONS)[number];

/** Further terms by id. A text that is one of them finds this first. */
export const SEARCH_TERMS: Readonly<
  Partial<Record<FixId | ProcedureId | VerdictCode | SearchAction, readonly string[]>>
> = {
  repair: ['fix', 'not activated', 'troubleshoot', '修復', '未啟用', '無法啟用'],
  undo: ['revert', 'roll back', 'rollback', 'journal', 'history', '復原', '還原', '記錄'],
  'activate-now': [
    'activate windows',
    'activate windows watermark',
    'ato',
    'not activated',
    'slmgr /ato',
    'watermark',
    '啟用',
    '浮水印',
    '立即啟用',
  ],
  'activate-by-phone': ['atp', 'dti', 'phone', 'slmgr /dti', 'slui', 'slui 4', '電話'],
  'activation-pending': ['not activated', 'notification mode', '未啟用'],
  'add-dns-suffix': ['dns suffix', 'search list', 'suffix', '尾碼'],
  'assign-kms-host': ['kms server', 'skms', 'slmgr', 'slmgr /skms', '指定 KMS 主機'],
  'assigned-host-unreachable': ['host unreachable', 'kms host unreachable', '無法連線到主機'],
  'check-dns-configuration': ['dns', 'ipconfig', 'nslookup', 'resolve-dnsname'],
  'check-dns-connectivity': ['dns server', 'ping', 'DNS 伺服器'],
  'clock-skew': ['clock', 'clock skew', 'time', 'time skew', 'time wrong', '時間', '時鐘'],
  'create-srv-record': ['add-dnsserverresourcerecord', 'create srv record'],
  'domain-unknown-to-dns': ['home office', 'public dns', 'remote work', 'vpn', '遠端'],
  'dns-server-unreachable': ['dns down', 'dns timeout', 'dns timed out'],
  'duplicate-client-ids': ['cmid', 'clone', 'image', 'rearm', 'sysprep', '複製映像'],
  'evaluation-edition': ['eval', 'evaluation', 'trial', '評估版', '試用'],
  'find-routing-issue': ['host unreachable', 'telnet', 'test-netconnection', 'tracert'],
  'flush-dns-cache': ['dns cache', 'flushdns', 'ipconfig /flushdns', '快取'],
  'install-kms-host-key': ['csvlk', 'host key', 'kms host key', '主機金鑰'],
  'install-mak': [
    'ipk',
    'mak',
    'multiple activation key',
    'slmgr /ipk',
    '大量啟用金鑰',
    '產品金鑰',
  ],
  'kms-count-too-low': ['count', 'threshold', '25', '計數', '門檻'],
  'kms-port-filtered': [
    '1688',
    'firewall',
    'port',
    'port 1688',
    'port blocked',
    '防火牆',
    '連接埠',
  ],
  'licensing-service-unavailable': ['software protection', 'sppsvc'],
  'no-dns-suffix': ['suffix', '尾碼'],
  'office-not-activated': ['office', 'ospp', 'ospp.vbs', 'project', 'visio'],
  'open-kms-firewall': ['1688', 'firewall', '防火牆'],
  'publish-in-multiple-domains': ['dnsdomainpublishlist'],
  'restart-licensing-service': ['net stop sppsvc', 'software protection', 'sppsvc'],
  'return-to-auto-discovery': ['auto-discovery', 'ckms', 'slmgr /ckms', '自動探索'],
  'return-to-kms': [
    'client setup key',
    'generic key',
    'gvlk',
    'kms client key',
    '產品金鑰',
    '用戶端設定金鑰',
  ],
  'set-dns-servers': ['change dns', 'dns server', 'static dns'],
  'set-dns-publishing': ['disablednspublishing', 'slmgr /cdns', 'slmgr /sdns'],
  'set-lookup-domain': ['skms-domain', 'slmgr /skms-domain'],
  'srv-record-missing': [
    '_vlmcs',
    '_vlmcs._tcp',
    'dns record',
    'srv',
    'srv record',
    'DNS 記錄',
    'SRV 記錄',
  ],
  'sync-clock': ['clock', 'ntp', 'time', 'time wrong', 'w32tm', 'w32tm /resync', '時間', '時鐘'],
  'test-routing': ['port blocked'],
};
