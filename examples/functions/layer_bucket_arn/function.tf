# What an S3 gateway endpoint has to let through, so that private subnets can pull from ECR.
output "layer_bucket_policy" {
  value = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AllowLayers"
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = provider::ecrx::layer_bucket_arn("eu-west-1")
    }]
  })
}
