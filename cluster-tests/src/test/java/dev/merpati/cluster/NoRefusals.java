package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Makes a test class fail when a worker of the shared cluster has broken a rule of WhatsApp's. JUnit detects it; a cluster
 * of one class only tells when it is closed.
 */
public final class NoRefusals implements AfterAllCallback {
    @Override
    public void afterAll(ExtensionContext context) {
        SharedCluster.started()
                .ifPresent(cluster -> assertThat(cluster.simulator().refusals())
                        .as("what the simulator refused")
                        .isEmpty());
    }
}
