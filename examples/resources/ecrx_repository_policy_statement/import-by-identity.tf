import {
  to = ecrx_repository_policy_statement.scanner
  identity = {
    region     = "eu-west-1"
    repository = "team/app"
    sid        = "ScannerPull"
  }
}
