package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"

	"code.dny.dev/ssrf"

	"erratum/internal/article"
)

// unreachable makes the error of a site that gave no proper answer.
func unreachable(status int, reason string, err error) error {
	return &article.ReadError{Problem: article.Unreachable, Reason: reason, Status: status, Err: err}
}

// explain names the trouble in plain words. It is the one place where errors of the
// network become problems of an article.
func (f *Fetcher) explain(err error) error {
	var told *article.ReadError
	if errors.As(err, &told) {
		return told
	}
	switch {
	case errors.Is(err, ssrf.ErrProhibitedPort):
		return &article.ReadError{Problem: article.Refused, Err: err,
			Reason: "that address uses an unusual port; Erratum reads ports 80 and 443 unless its operator allows more"}
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedNetwork), errors.Is(err, ssrf.ErrInvalidHostPort):
		return &article.ReadError{Problem: article.Refused, Err: err,
			Reason: "that address is on a private network; Erratum only reads public pages"}
	default:
		return unreachable(0, f.reason(err), err)
	}
}

// reason says why a site could not be reached.
func (f *Fetcher) reason(err error) string {
	var (
		dns     *net.DNSError
		cert    *tls.CertificateVerificationError
		invalid x509.CertificateInvalidError
		record  tls.RecordHeaderError
		alert   tls.AlertError
		timeout net.Error
	)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("the site took longer than %s", f.options.Timeout)
	case errors.As(err, &dns) && dns.IsNotFound:
		return "there is no site of that name; check the address for typing errors"
	case errors.As(err, &dns):
		return "the site's name could not be looked up"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the site's certificate has expired"
	case errors.As(err, &cert):
		return "the site's certificate is not valid"
	case errors.As(err, &record), errors.As(err, &alert):
		return "the site does not speak https properly"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the site refuses connections"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "there is no way to the site from here"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return "this machine has no connection to spare; raise its limit of open files"
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, os.ErrDeadlineExceeded):
		return "the site took too long to answer"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the site cut the connection"
	default:
		return "the site gave no proper answer"
	}
}

// size writes a bound for people.
func size(n int) string {
	if n >= 1<<20 && n%(1<<20) == 0 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d KB", n>>10)
}
