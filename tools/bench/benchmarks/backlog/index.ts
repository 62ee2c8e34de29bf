export { backlog } from './backlog';
