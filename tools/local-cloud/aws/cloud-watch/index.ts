export { CloudWatch, type CloudWatchOptions } from './cloud-watch';
