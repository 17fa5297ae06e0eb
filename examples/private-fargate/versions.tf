terraform {
  required_version = ">= 1.8"
  required_providers {
    ecrx = {
      source = "ecrx/ecrx"
    }
  }
}
