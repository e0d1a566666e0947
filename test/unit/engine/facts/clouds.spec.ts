import { describe, expect, it } from 'vitest';
import { cloudOfDomains, cloudOfHost } from '@engine/facts/clouds';

describe('cloudOfHost', () => {
  it.each([
    ['azkms.core.windows.net', 'Microsoft Azure'],
    ['KMS.core.windows.net.', 'Microsoft Azure'],
    ['20.118.99.224', 'Microsoft Azure'],
    ['azkms.core.usgovcloudapi.net', 'Microsoft Azure'],
    ['kms.core.usgovcloudapi.net', 'Microsoft Azure'],
    ['azkms.core.chinacloudapi.cn', 'Microsoft Azure'],
    ['kms.core.cloudapi.de', 'Microsoft Azure'],
    ['169.254.169.251', 'Amazon EC2'],
    ['fd00:ec2::250', 'Amazon EC2'],
    ['kms.windows.googlecloud.com', 'Google Cloud'],
    ['35.190.247.13', 'Google Cloud'],
    ['169.254.169.254', null],
    ['kms.core.windows.net.contoso.com', null],
    ['kms1.contoso.com', null],
  ])('maps %s to %s', (host, cloud) => {
    expect(cloudOfHost(host)).toBe(cloud);
  });
});

describe('cloudOfDomains', () => {
  it.each([
    [['abc.bx.internal.cloudapp.net'], 'azkms.core.windows.net'],
    [['reddog.microsoft.com', 'internal.cloudapp.net'], 'azkms.core.windows.net'],
    [['ec2.internal'], '169.254.169.250'],
    [['us-east-1.ec2-utilities.amazonaws.com', 'eu-west-1.compute.internal'], '169.254.169.250'],
    [['europe-west1-b.c.project-1.internal'], 'kms.windows.googlecloud.com'],
    [['c.project-1.internal', 'google.internal'], 'kms.windows.googlecloud.com'],
    [['corp.internal'], null],
    [['compute.internal.contoso.com'], null],
    [['ec2.internal', 'google.internal'], null],
    [['ec2.internal', 'contoso.com'], null],
    [['xreddog.microsoft.com'], null],
    [['notinternal.cloudapp.net'], null],
    [[], null],
  ])('maps %j to %s', (domains, host) => {
    expect(cloudOfDomains(domains)?.host ?? null).toBe(host);
  });
});
