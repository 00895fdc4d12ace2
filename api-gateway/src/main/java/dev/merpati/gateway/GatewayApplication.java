package dev.merpati.gateway;

import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The gateway as an application of its own, or as one of several Spring contexts in a JVM: it has no static state. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class GatewayApplication {

    /** Reads {@code gateway.yaml} instead of {@code application.yaml}, which another application may own. */
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(GatewayApplication.class)
                .web(WebApplicationType.REACTIVE)
                .properties(Map.of("spring.config.name", "gateway"));
    }

    public static void main(String[] args) {
        builder().run(args);
    }
}
