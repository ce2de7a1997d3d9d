package bot

// Links returns the web addresses that a record names, for people and for
// editors, each once.
func Links(v any) []string {
	var all []string
	switch v := v.(type) {
	case Organization:
		all = []string{v.Website}
	case Service:
		all = append([]string{v.Website, v.Chat}, v.links()...)
	case Protection:
		all = append([]string{v.Website, v.RegisterURL}, v.links()...)
		for _, u := range v.Updates {
			all = append(all, u.links()...)
		}
	case Fact:
		all = v.links()
	}
	seen := map[string]bool{"": true}
	var once []string
	for _, address := range all {
		if !seen[address] {
			seen[address] = true
			once = append(once, address)
		}
	}
	return once
}

func (s Standing) links() []string {
	all := make([]string, len(s.Sources))
	for i, src := range s.Sources {
		all[i] = src.URL
	}
	return all
}

// Links returns every web address that the records name.
func (r Records) Links() []string {
	var all []string
	for _, k := range []Kind{KindOrganization, KindService, KindProtection, KindFact} {
		for _, v := range r.Of(k) {
			all = append(all, Links(v)...)
		}
	}
	return all
}
