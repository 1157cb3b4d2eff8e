package fetch

import "crypto/x509"

// Trust lets a test's own certificate pass.
func (f *Fetcher) Trust(roots *x509.CertPool) { f.transport.TLSClientConfig.RootCAs = roots }
