# By the repository's name, in the provider's Region
terraform import ecrx_repository_grants.app team/app

# In another Region
terraform import ecrx_repository_grants.app team/app@us-east-1
