# By the role's name and the policy's
terraform import ecrx_ecs_task_permissions.orders orders-staging-task/orders-queues
