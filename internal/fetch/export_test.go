package fetch

import (
	"crypto/x509"
	"time"

	"erratum/internal/robots"
)

// Trust lets a test's own certificate pass.
func (f *Fetcher) Trust(roots *x509.CertPool) { f.transport.TLSClientConfig.RootCAs = roots }

// Learn makes the fetcher know a site's robots.txt.
func (f *Fetcher) Learn(root, file string) {
	s := f.manners.site(root)
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	before := s.rules.Size()
	s.learn(robots.Parse([]byte(file), "Erratum"), nil, time.Now())
	f.manners.weigh(root, s, before)
}

// Remembered counts the sites whose robots.txt is known, and what they take.
func (f *Fetcher) Remembered() (n, size int) {
	f.manners.mu.Lock()
	defer f.manners.mu.Unlock()
	return len(f.manners.sites), f.manners.size
}
