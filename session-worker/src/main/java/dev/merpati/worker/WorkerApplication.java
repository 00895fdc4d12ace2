package dev.merpati.worker;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** Starts a worker, alone in its process or beside other applications. */
@SpringBootApplication
public class WorkerApplication {

    public static void main(String[] args) {
        builder().run(args);
    }

    /** A worker that reads {@code worker.yaml}, so that it can share a class path with other applications. */
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(WorkerApplication.class).properties("spring.config.name=worker");
    }
}
