@NullMarked
package dev.merpati.worker.connection;

import org.jspecify.annotations.NullMarked;
