import {
  to = ecrx_private_endpoints.web
  id = "vpc-0123456789abcdef0@eu-west-1"
}
