package dev.merpati.media;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Creates clients that also work with servers other than AWS and never wait without bound. */
final class S3Clients {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** Without a byte received, or for one part to be written. */
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);

    private static final int MOST_CONNECTIONS = 100;

    private S3Clients() {}

    static S3AsyncClient open(S3Settings settings) {
        return S3AsyncClient.builder()
                .region(Region.of(settings.region()))
                .endpointOverride(settings.endpoint())
                .forcePathStyle(settings.pathStyle())
                .credentialsProvider(credentials(settings))
                // Many servers know neither the checksums that the SDK adds on its own nor bodies signed in pieces.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false))
                .overrideConfiguration(
                        calls -> calls.apiCallTimeout(settings.callTimeout()).retryStrategy(RetryMode.STANDARD))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .maxConcurrency(MOST_CONNECTIONS)
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .tlsNegotiationTimeout(CONNECT_TIMEOUT)
                        .connectionAcquisitionTimeout(IDLE_TIMEOUT)
                        .readTimeout(IDLE_TIMEOUT)
                        .writeTimeout(IDLE_TIMEOUT))
                .build();
    }

    private static AwsCredentialsProvider credentials(S3Settings settings) {
        return settings.hasCredentials()
                ? StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(settings.accessKeyId(), settings.secretAccessKey()))
                : DefaultCredentialsProvider.builder().build();
    }
}
