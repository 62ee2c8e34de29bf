export {
  type FunctionDescription,
  LambdaApi,
  type LambdaApiOptions,
  type MappingDescription,
} from './lambda-api';
