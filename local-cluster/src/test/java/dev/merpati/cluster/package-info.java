@NullMarked
package dev.merpati.cluster;

import org.jspecify.annotations.NullMarked;
