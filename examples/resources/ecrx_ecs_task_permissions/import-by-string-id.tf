import {
  to = ecrx_ecs_task_permissions.orders
  id = "orders-staging-task/orders-queues"
}
