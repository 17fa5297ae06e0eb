# Tasks on AWS Fargate in two private subnets pull, write their logs and read a secret without a way to the internet. Through the
# endpoints the execution role pulls the images of one team, and nobody else pulls anything.
resource "ecrx_private_endpoints" "web" {
  vpc_id          = "vpc-0123456789abcdef0"
  subnet_ids      = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  route_table_ids = ["rtb-0123456789abcdef0"]

  compute = ["fargate"]
  include = ["secretsmanager"]

  security_group = {
    ingress_cidr_blocks = ["10.0.0.0/16"]
  }

  repository_arns = ["arn:aws:ecr:eu-west-1:111111111111:repository/team/*"]
  principal_arns  = ["arn:aws:iam::111111111111:role/web-execution"]

  # What the plan proves: this role can pull this image through the endpoints.
  pulls = {
    web = {
      principal_arn   = "arn:aws:iam::111111111111:role/web-execution"
      repository_arns = ["arn:aws:ecr:eu-west-1:111111111111:repository/team/web"]
    }
  }
}
