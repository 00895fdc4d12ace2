package dev.merpati.standalone;

/** The text that is printed when everything serves. */
final class Banner {
    private Banner() {}

    static String of(Endpoints endpoints, java.nio.file.Path log) {
        String simulator = endpoints.simulatorUrl() == null
                ? "the real WhatsApp (not covered by our tests: see docs/real-whatsapp.md)"
                : endpoints.simulatorUrl() + "  (open it: add phones, scan QR codes, read messages)";
        return """

                Merpati is ready.

                  Console     %s
                  Log in      %s, password %s
                  Docs        %s/docs
                  REST API    %s
                  WhatsApp    %s
                  Metrics     %s/prometheus
                              %s/prometheus
                              %s/prometheus
                  Log         %s
                  API key     %s

                Create a session in the console, or so:

                  curl -X POST %s/api/sessions -H "Content-Type: application/json" -H "X-API-Key: %s" -d '{"sessionName": "My Business Account"}'

                Ctrl-C shuts everything down.
                """.formatted(
                        endpoints.gatewayUrl(),
                        endpoints.email(),
                        endpoints.password(),
                        endpoints.gatewayUrl(),
                        endpoints.gatewayUrl(),
                        simulator,
                        endpoints.gatewayManagementUrl(),
                        endpoints.workerManagementUrl(),
                        endpoints.dispatcherManagementUrl(),
                        log,
                        endpoints.apiKey(),
                        endpoints.gatewayUrl(),
                        endpoints.apiKey());
    }
}
