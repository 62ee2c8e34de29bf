export { LambdaApi } from './lambda-api';
