import {
  to = ecrx_private_endpoints.web
  identity = {
    region = "eu-west-1"
    vpc_id = "vpc-0123456789abcdef0"
  }
}
