# By the names of the roles: execution, task, infrastructure. Leave out those that aren't there
terraform import ecrx_ecs_roles.orders orders-staging-execution,orders-staging-task
