package dev.merpati.standalone;

/** What a person sees when everything serves. */
final class Banner {
    private Banner() {}

    static String of(Endpoints endpoints, java.nio.file.Path log) {
        String simulator = endpoints.simulatorUrl() == null
                ? "the real WhatsApp (not exercised by our tests; see the README)"
                : endpoints.simulatorUrl() + "  (phones: scan QR codes, read what arrived)";
        return """

                Merpati is ready.

                  REST API    %s
                  WhatsApp    %s
                  Metrics     %s/prometheus
                              %s/prometheus
                  Log         %s
                  API key     %s

                Create a session:

                  curl -X POST %s/api/sessions -H "Content-Type: application/json" -H "X-API-Key: %s" -d '{"sessionName": "My Business Account"}'

                Ctrl-C stops everything.
                """.formatted(
                        endpoints.gatewayUrl(),
                        simulator,
                        endpoints.gatewayManagementUrl(),
                        endpoints.workerManagementUrl(),
                        log,
                        endpoints.apiKey(),
                        endpoints.gatewayUrl(),
                        endpoints.apiKey());
    }
}
