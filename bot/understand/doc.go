// Package understand works out what a message says: in which language it is
// written, which country it is about, which topic, and whether the person may
// be in danger now. It is classical, deterministic and open to inspection
// (Explain prints every reason), needs no network, and learns from example
// questions that people write and edit.
//
// The way of a message through the package:
//
//	normalise.go  bytes -> lower-case words: look-alike letters, stress marks, emoji and invisible characters go;
//	              flags and calling codes are set aside for the country
//	skeleton.go   the same words the way they sound, in Latin letters: Cyrillic and transliteration, missing
//	              diacritics and doubled letters meet here, and so do words that languages share
//	language.go   a linear model over letters and words tells the language; the talk so far decides ties
//	places.go     data/places.txt names 43 countries in every language of ours; data/roles.txt tells "to" from
//	              "from" and "not"; names of places then leave the text, since the topic does not hang on them
//	lexicon.go    data/concepts.txt maps words of twenty languages to some 180 meanings, so that an example in
//	              one language helps in another; only words of the languages the text may be in count
//	features.go   words, stems, pairs, letters in a row, concepts and pairs of concepts, hashed
//	matrix.go     the linear model scores the topics and, in a column of its own, urgency
//	network.go    a small network with one hidden layer gives a second opinion on both
//	neighbours.go the nearest examples vote; what an editor added counts here from the next New on
//	understand.go the three together rank the topics; softmax makes probabilities of them
//	urgency.go    danger is decided apart from topics: learnt weights, urgent neighbours, share of crisis topics,
//	              and cues that were looked at one by one (data/cues.txt); emergencies of the body
//	              count as danger, too
//	story.go      texts are also read by clause, lest one of danger drown among calm ones
//	followup.go   "and in Germany?" adds to the topic of the talk; other short texts lean towards it
//	calibrate.go  the constants chosen on the development set, and the thresholds Sure and Offer
//	explain.go    all of it, in words
//
// The weights are learnt beforehand from the shipped phrases (go generate,
// train_test.go and network_test.go, some 50 seconds) and embedded (weights.go), since learning
// takes longer than a start may. Beside them lie the search terms of the
// shipped phrases (digests.go), so that New reads only what an editor changed.
// A test fails while the weights do not belong to the phrases.
//
// README.md has what was measured and why this way was chosen.
package understand
