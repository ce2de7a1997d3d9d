# docker build -t prystan .
#
# The image that builds is an argument, so that an operator can pin it to the
# very bytes (README, Container):
#   --build-arg GO_IMAGE=golang:1.26.8-alpine@sha256:…
ARG GO_IMAGE=golang:1.26.8-alpine
FROM ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=development
# No cgo, no paths of the build machine: the same source gives the same binary.
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o /out/prystan ./cmd/prystan
# The licences of everything compiled in go wherever the program goes.
RUN go run ./cmd/licences -texts /out/licences
# An empty folder for the volume, owned by the user of the image.
RUN mkdir -p /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/licences /licences
COPY --from=build /src/LICENSE /licences/prystan/LICENSE
COPY --from=build /out/prystan /prystan
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
WORKDIR /data
ENV PRYSTAN_DATABASE=/data/prystan.db PRYSTAN_LISTEN=:8080
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# Docker and Podman in its docker format keep this; compose.yaml says it again.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 CMD ["/prystan", "health"]
ENTRYPOINT ["/prystan"]
CMD ["serve"]
