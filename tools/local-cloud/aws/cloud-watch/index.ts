export { CloudWatch } from './cloud-watch';
