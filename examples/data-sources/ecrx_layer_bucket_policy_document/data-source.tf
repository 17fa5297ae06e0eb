# The S3 endpoint lets image layers through, and the packages of Amazon Linux 2023.
data "ecrx_layer_bucket_policy_document" "this" {
  region                 = "eu-west-1"
  additional_bucket_arns = ["arn:aws:s3:::al2023-repos-eu-west-1-de612dc2"]
}

# for aws_vpc_endpoint, of type Gateway
output "policy" {
  value = data.ecrx_layer_bucket_policy_document.this.json
}
