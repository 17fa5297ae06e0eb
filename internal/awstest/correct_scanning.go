// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

// correctScanning lets scanning on push be switched off: moto ignores a configuration without scanOnPush, which is how
// SDKs write false.
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanningConfiguration.html: "scanOnPush … If this
// parameter is not specified, it will default to false".
func (a *AWS) correctScanning(next handler) handler {
	return func(r *request) *reply {
		if !r.is("ecr", "PutImageScanningConfiguration") {
			return next(r)
		}
		configuration, given := r.input["imageScanningConfiguration"].(map[string]any)
		if given && len(configuration) == 0 {
			r.input["imageScanningConfiguration"] = map[string]any{"scanOnPush": false}
			return next(r.withInput(r.input))
		}
		return next(r)
	}
}
