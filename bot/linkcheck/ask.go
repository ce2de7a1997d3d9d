package linkcheck

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

// ask returns the status with which a page answers, 0 if it does not. It fails
// only if the context ends.
func (k *Checker) ask(ctx context.Context, address string) (int, error) {
	status, err := k.follow(ctx, http.MethodHead, address)
	if err != nil {
		return 0, err
	}
	// Many a server answers HEAD with an error that it does not mean.
	if status == http.StatusTooManyRequests || status >= 200 && status < 400 {
		return status, nil
	}
	return k.follow(ctx, http.MethodGet, address)
}

// follow sends a request and follows its redirects. A chain that does not end
// counts as the redirect it ended with.
func (k *Checker) follow(ctx context.Context, method, address string) (int, error) {
	for hop := 0; ; hop++ {
		u, err := url.Parse(address)
		if err != nil || !allowed(u) {
			return 0, nil
		}
		if err := k.turn(ctx, u.Hostname()); err != nil {
			return 0, err
		}
		status, next := k.send(ctx, method, u)
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if next == "" || hop == redirects {
			return status, nil
		}
		address = next
	}
}

// send sends one request and returns its status, and where it leads if that is
// elsewhere.
func (k *Checker) send(ctx context.Context, method string, u *url.URL) (status int, next string) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	clean := *u
	clean.User, clean.Fragment = nil, ""
	req, err := http.NewRequestWithContext(ctx, method, clean.String(), nil)
	if err != nil {
		return 0, ""
	}
	req.Header.Set("User-Agent", k.Agent)
	req.Header.Set("Accept", "text/html,*/*;q=0.5")
	resp, err := k.client.Do(req)
	if err != nil {
		k.Log.Debug("a page gives no answer", "host", u.Host, "error", err)
		return 0, ""
	}
	resp.Body.Close() // what it says is nobody's business here
	if resp.StatusCode < 300 || resp.StatusCode > 399 {
		return resp.StatusCode, ""
	}
	where, err := resp.Location()
	if err != nil {
		return resp.StatusCode, ""
	}
	return resp.StatusCode, where.String()
}

// allowed reports whether an address is one of the web on its usual ports.
func allowed(u *url.URL) bool {
	switch {
	case u.Hostname() == "":
		return false
	case u.Scheme == "https":
		return u.Port() == "" || u.Port() == "443"
	case u.Scheme == "http":
		return u.Port() == "" || u.Port() == "80"
	}
	return false
}

func (k *Checker) newClient() *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  nil, // a proxy would reach what we must not
			DialContext:            k.dial,
			DisableKeepAlives:      true,
			ForceAttemptHTTP2:      true,
			TLSHandshakeTimeout:    timeout,
			ResponseHeaderTimeout:  timeout,
			MaxResponseHeaderBytes: 64 << 10,
		},
	}
}

// dial connects to a public address of a host. The name is looked up here and
// the address that was looked at is dialled, so that a name cannot mean another
// address in between.
func (k *Checker) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	addresses, err := k.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	for _, a := range addresses {
		if !public(a) {
			return nil, fmt.Errorf("%s: %w", host, errOffLimits)
		}
	}
	err = fmt.Errorf("%s has no address", host)
	for i, a := range addresses {
		// Each address gets its share of the time, so that a dead one leaves some
		// for the next.
		deadline := time.Now().Add(timeout)
		if d, ok := ctx.Deadline(); ok {
			deadline = d
		}
		try, cancel := context.WithDeadline(ctx, time.Now().Add(time.Until(deadline)/time.Duration(len(addresses)-i)))
		var conn net.Conn
		conn, err = k.Dial(try, network, net.JoinHostPort(a.Unmap().String(), port))
		cancel()
		if err == nil {
			return conn, nil
		}
	}
	return nil, err
}

func (k *Checker) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	return k.Resolve(ctx, host)
}

// public reports whether an address is one of the internet that everybody
// shares.
func public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.Zone() != "" || !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range special() {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// special returns the ranges of the IANA special-purpose registries that netip
// does not know, among them those that stand for another address.
func special() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"),
		netip.MustParsePrefix("100.64.0.0/10"), // shared by a provider's customers
		netip.MustParsePrefix("192.0.0.0/24"),
		netip.MustParsePrefix("192.0.2.0/24"),
		netip.MustParsePrefix("192.88.99.0/24"),
		netip.MustParsePrefix("198.18.0.0/15"),
		netip.MustParsePrefix("198.51.100.0/24"),
		netip.MustParsePrefix("203.0.113.0/24"),
		netip.MustParsePrefix("240.0.0.0/4"),
		netip.MustParsePrefix("::/96"),          // IPv4-compatible
		netip.MustParsePrefix("64:ff9b::/96"),   // NAT64
		netip.MustParsePrefix("64:ff9b:1::/48"), // NAT64 of a network of one's own
		netip.MustParsePrefix("100::/64"),
		netip.MustParsePrefix("2001::/23"),
		netip.MustParsePrefix("2001:db8::/32"),
		netip.MustParsePrefix("2002::/16"), // 6to4
		netip.MustParsePrefix("3fff::/20"),
		netip.MustParsePrefix("5f00::/16"),
		netip.MustParsePrefix("fec0::/10"),
	}
}
