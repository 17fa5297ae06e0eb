// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// namedOtherwise are services whose names begin in another way than "com.amazonaws." in some Regions. The list of
// ec2:DescribeVpcEndpointServices stands above it; this is for plans without that list. AWS documents no rule: the names are those
// that its command gave, as the AWS CDK keeps them.
var namedOtherwise = []struct {
	// regions is what the names of the Regions begin with.
	regions, beginning string
	services           []string
}{
	{"cn-", "cn.com.amazonaws", []string{
		"application-autoscaling", "athena", "autoscaling", "backup", "batch", "cloudformation", "ebs", "ec2", ecrAPI, ecrDKR, "eks",
		"elasticache", "elasticbeanstalk", "elasticfilesystem", "execute-api", "fsx", "kinesis-streams", "lambda", "monitoring", "rds",
		"redshift-data", "sagemaker.api", "sagemaker.runtime", "servicecatalog", "sqs", "states", "sts", "sync-states", "xray",
	}},
	{"eusc-", "eu.amazonaws", []string{ecrAPI, ecrDKR, "execute-api", "securityhub"}},
	{"us-iso-", "gov.ic.c2s", []string{"autoscaling", "ebs", "ec2", ecrAPI, ecrDKR, "elasticfilesystem", "execute-api", "sns", "sqs"}},
	{"us-isob-", "gov.sgov.sc2s", []string{ecrAPI, ecrDKR, "execute-api"}},
	{"us-isob-east-", "gov.sgov.sc2s", []string{"autoscaling", "ebs", "ec2", "elasticfilesystem", "sns", "sqs"}},
	{"us-isof-", "gov.ic.hci.csp", []string{"ebs", ecrAPI, ecrDKR, "execute-api"}},
	{"eu-isoe-", "uk.adc-e.cloud", []string{"ebs", ecrAPI, ecrDKR, "execute-api"}},
}

// withFIPS are the services that have an endpoint with FIPS cryptography, among those that containers use. That of ECR has its
// own form: "ecr-fips.api".
// https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
var withFIPS = []string{
	"autoscaling", "cloudformation", "codebuild", "dynamodb", "ebs", "ec2", ecrAPI, ecrDKR, "eks", "elasticache", "elasticfilesystem", "events",
	"kms", "rds", "servicediscovery", "sqs", "sts",
}

// fipsService gives what the name of a service's FIPS endpoint ends in.
func fipsService(service string) string {
	if family, api, of := strings.Cut(service, "."); of && family == "ecr" {
		return "ecr-fips." + api
	}
	return service + "-fips"
}

// EndpointServiceNames gives the whole name of each service that the endpoints are for, by what it ends in. offered is what the
// Region offers; nil while that isn't known, and then the names are those that AWS gives as a rule.
//
// A service that isn't offered is a problem, on "include" or "compute", and so is ECR without FIPS when that is asked for. Any
// other service that has no FIPS endpoint gets the one that it has.
func (p PrivateEndpoints) EndpointServiceNames(region string, offered []OfferedService) (map[string]string, []Problem) {
	names := map[string]string{}
	var v roleValidator
	var withoutFIPS []string
	for _, service := range p.Services() {
		name, found := p.endpointServiceName(service, region, offered)
		switch {
		case found:
			names[service] = name
		case p.FIPS && IsECR(service):
			withoutFIPS = append(withoutFIPS, strconv.Quote(fipsService(service)))
		default:
			argument, instead := "compute", fmt.Sprintf("Leave it out with exclude = [%q], if it isn't needed", service)
			if slices.Contains(p.Include, service) {
				argument, instead = "include", "Check its name with aws ec2 describe-vpc-endpoint-services, or remove it"
			}
			v.error(argument, "Service without an endpoint", "%s offers no %s endpoint for a service whose name ends in %q. %s.", region, strings.ToLower(EndpointType(service)), service, instead)
		}
	}
	if len(withoutFIPS) > 0 {
		v.error("fips", "Region without a FIPS endpoint of ECR", "%s offers no endpoint for a name that ends in %s. Remove fips, or use a Region that has it, such as \"us-east-1\".", region, strings.Join(withoutFIPS, " or "))
	}
	return names, v.problems
}

// CertainServiceName gives the whole name of a service's endpoint where it follows from the arguments alone, whatever the Region
// offers. In these Regions each of these services has an endpoint of this name, an interface's with a private DNS name. For any other
// service the list of what is offered decides, and so it does about FIPS endpoints of others than ECR.
// https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
func (p PrivateEndpoints) CertainServiceName(service, region string) (name string, certain bool) {
	if strings.HasPrefix(region, "us-iso") || strings.HasPrefix(region, "eu-iso") || strings.HasPrefix(region, "eusc-") {
		return "", false
	}
	ofCompute := slices.ContainsFunc(computeTypes, func(c computeType) bool { return slices.Contains(c.services, service) })
	if !ofCompute && !slices.Contains(namedAsARule, service) {
		return "", false
	}
	switch {
	case !p.FIPS || service == s3:
		return usualServiceName(service, region), true
	case IsECR(service):
		return usualServiceName(fipsService(service), region), true
	}
	return "", false
}

// namedAsARule are services that containers use beside those of the compute types.
var namedAsARule = []string{"ec2messages", "eks", "eks-auth", "elasticloadbalancing", "kms", "monitoring", "secretsmanager", "sns", "sqs", "ssm", "ssmmessages", "xray"}

func (p PrivateEndpoints) endpointServiceName(service, region string, offered []OfferedService) (name string, found bool) {
	if offered == nil {
		if p.FIPS && slices.Contains(withFIPS, service) {
			return usualServiceName(fipsService(service), region), true
		}
		return usualServiceName(service, region), true
	}
	if p.FIPS {
		if name, found = offeredServiceName(fipsService(service), region, offered); found || strings.HasPrefix(service, "ecr.") {
			return name, found
		}
	}
	return offeredServiceName(service, region, offered)
}

// usualServiceName is what AWS names a service in a Region.
func usualServiceName(service, region string) string {
	beginning := "com.amazonaws"
	for _, row := range namedOtherwise {
		if strings.HasPrefix(region, row.regions) && slices.Contains(row.services, service) {
			beginning = row.beginning
		}
	}
	return beginning + "." + region + "." + service
}

// offeredServiceName finds the service whose name ends in the Region and what is wanted. In China, S3 has two: the gateway's
// begins otherwise than the interface's. A few services are global and name no Region.
func offeredServiceName(service, region string, offered []OfferedService) (name string, found bool) {
	var names []string
	for _, o := range offered {
		if o.Type == EndpointType(service) && (strings.HasSuffix(o.Name, "."+region+"."+service) || o.Name == "com.amazonaws."+service) {
			names = append(names, o.Name)
		}
	}
	if len(names) == 0 {
		return "", false
	}
	if usual := usualServiceName(service, region); slices.Contains(names, usual) {
		return usual, true
	}
	return slices.Min(names), true
}
