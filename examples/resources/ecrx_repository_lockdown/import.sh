# By the repository's name and the Sid, in the provider's Region
terraform import ecrx_repository_lockdown.app team/app/DenyOthers

# In another Region
terraform import ecrx_repository_lockdown.app team/app/DenyOthers@us-east-1
