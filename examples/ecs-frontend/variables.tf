variable "environment" {
  description = "Dev, Staging or Production. Each has resources of its own, and roles that reach no other's."
  type        = string
  default     = "Staging"

  validation {
    condition     = contains(["Dev", "Staging", "Production"], var.environment)
    error_message = "Write Dev, Staging or Production."
  }
}

variable "region" {
  description = "Where the service runs."
  type        = string
  default     = "eu-west-1"
}

variable "account" {
  description = "Id of the account that the service runs in."
  type        = string
  default     = "111111111111"
}
