import {
  to = ecrx_ecs_roles.orders
  identity = {
    execution_role = "orders-staging-execution"
    task_role      = "orders-staging-task"
  }
}
