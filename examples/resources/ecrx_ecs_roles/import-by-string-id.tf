import {
  to = ecrx_ecs_roles.orders
  id = "orders-staging-execution,orders-staging-task"
}
