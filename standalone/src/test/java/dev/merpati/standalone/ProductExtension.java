package dev.merpati.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.util.FileSystemUtils;

/** Gives tests one running product, started for the first of them and stopped after the last. */
final class ProductExtension implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Product.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(ProductExtension.class))
                .computeIfAbsent(SharedProduct.class, type -> SharedProduct.start(), SharedProduct.class)
                .product;
    }

    private record SharedProduct(Product product, Path data) implements AutoCloseable {
        static SharedProduct start() {
            try {
                Path data = Files.createTempDirectory("merpati-test");
                return new SharedProduct(Product.start(data), data);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            product.close();
            FileSystemUtils.deleteRecursively(data);
        }
    }
}
