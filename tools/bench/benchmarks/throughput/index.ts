export { budgetWindows } from './budget-windows';
export { throughput } from './throughput';
