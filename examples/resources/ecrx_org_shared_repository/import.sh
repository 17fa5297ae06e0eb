# By the name, in the provider's Region
terraform import ecrx_org_shared_repository.app team/app

# In another Region
terraform import ecrx_org_shared_repository.app team/app@us-east-1
