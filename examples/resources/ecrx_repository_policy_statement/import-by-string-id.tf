import {
  to = ecrx_repository_policy_statement.scanner
  id = "team/app/ScannerPull@eu-west-1"
}
