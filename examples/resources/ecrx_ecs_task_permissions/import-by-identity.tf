import {
  to = ecrx_ecs_task_permissions.orders
  identity = {
    role = "orders-staging-task"
    name = "orders-queues"
  }
}
