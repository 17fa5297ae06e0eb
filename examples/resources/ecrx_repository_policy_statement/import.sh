# By the repository's name and the Sid, in the provider's Region
terraform import ecrx_repository_policy_statement.scanner team/app/ScannerPull

# In another Region
terraform import ecrx_repository_policy_statement.scanner team/app/ScannerPull@us-east-1
