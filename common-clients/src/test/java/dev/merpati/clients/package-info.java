@NullMarked
package dev.merpati.clients;

import org.jspecify.annotations.NullMarked;
