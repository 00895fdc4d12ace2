// Receives webhooks. Java 25 or newer, no libraries:
//   WEBHOOK_SECRET=whsec_... PORT=3000 java Receiver.java
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.nio.file.*;
import java.security.MessageDigest;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

static final long TOLERANCE = 5 * 60; // seconds
static final int LARGEST = 64 * 1024; // bytes; deliveries have at most 20 KB
static final Path INBOX = Path.of("inbox");

void main() throws IOException {
    String secret = System.getenv().getOrDefault("WEBHOOK_SECRET", "").replace("whsec_", "");
    if (secret.isEmpty()) {
        throw new IllegalStateException("set WEBHOOK_SECRET to the webhook's secret, whsec_...");
    }
    SecretKeySpec key = new SecretKeySpec(Base64.getDecoder().decode(secret), "HmacSHA256");
    Files.createDirectories(INBOX);
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "3000"));
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> {
        try (exchange) {
            exchange.sendResponseHeaders(receive(exchange, key), -1);
        }
    });
    server.start();
}

static int receive(HttpExchange exchange, SecretKeySpec key) throws IOException {
    // The bytes as they came: JSON that was parsed and written anew has no signature.
    byte[] body = exchange.getRequestBody().readNBytes(LARGEST + 1);
    if (!exchange.getRequestMethod().equals("POST")) {
        return 405;
    }
    if (body.length > LARGEST) {
        return 413;
    }
    try {
        String id = header(exchange, "webhook-id");
        if (!verify(key, id, header(exchange, "webhook-timestamp"), header(exchange, "webhook-signature"), body)) {
            return 401;
        }
        keep(id, body);
        return 204; // at once: whatever takes long comes later
    } catch (Exception e) {
        e.printStackTrace();
        return 500; // it is delivered again
    }
}

static String header(HttpExchange exchange, String name) {
    return Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst(name), "");
}

static boolean verify(SecretKeySpec key, String id, String timestamp, String signatures, byte[] body)
        throws Exception {
    if (!id.matches("[A-Za-z0-9_.-]{1,100}") || !timestamp.matches("[0-9]{1,12}")) {
        return false;
    }
    if (Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(timestamp)) > TOLERANCE) {
        return false; // an old delivery, sent again
    }
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(key);
    mac.update((id + "." + timestamp + ".").getBytes());
    byte[] expected = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes();
    // While a secret is being replaced there are several signatures: one that fits is enough.
    boolean fits = false;
    for (String each : signatures.split(" ")) {
        fits |= MessageDigest.isEqual(expected, each.getBytes());
    }
    return fits;
}

/**
 * Keeps an event, once: a file appears as a whole, and never twice. Let your own code take the events from there, and leave
 * the files for some days, since a repeated delivery is known by them.
 */
static void keep(String id, byte[] body) throws IOException {
    Path temporary = Files.createTempFile(INBOX, ".", null);
    try {
        Files.write(temporary, body, StandardOpenOption.SYNC);
        Files.createLink(INBOX.resolve(id + ".json"), temporary);
    } catch (FileAlreadyExistsException e) {
        // It is there already: a repeat.
    } finally {
        Files.delete(temporary);
    }
}
