package dev.merpati.testing;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A whole program of the product in this JVM, with its management port. */
public abstract class TestProgram implements AutoCloseable {
    private final ConfigurableApplicationContext context;

    /**
     * Starts it.
     *
     * @param defaults {@code name=value}, as for the program's command line without the dashes
     * @param properties likewise, which win over everything else
     */
    protected TestProgram(SpringApplicationBuilder program, List<String> defaults, String... properties) {
        Map<String, String> byName = new LinkedHashMap<>();
        byName.put("server.port", "0");
        Stream.concat(defaults.stream(), Stream.of(properties))
                .map(property -> property.split("=", 2))
                .forEach(property -> byName.put(property[0], property[1]));
        context = program.run(byName.entrySet().stream()
                .map(property -> "--" + property.getKey() + "=" + property.getValue())
                .toArray(String[]::new));
    }

    public final ConfigurableApplicationContext context() {
        return context;
    }

    /** The sum of all that meters of this name and these tags measure. */
    public final double metric(String name, String... tags) {
        return context.getBean(MeterRegistry.class).get(name).tags(tags).meters().stream()
                .map(Meter::measure)
                .flatMap(measured -> StreamSupport.stream(measured.spliterator(), false))
                .mapToDouble(Measurement::getValue)
                .sum();
    }

    /** Calls an endpoint on its management port. */
    public final HttpResponse<String> call(String method, String path) {
        String port = context.getEnvironment().getProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public final void close() {
        context.close();
    }
}
